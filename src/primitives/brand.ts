/**
 * A type that only a checked constructor can produce: a plain value at run time,
 * a distinct type for the compiler.
 */
export type Brand<T, Name extends string> = T & { readonly __brand: Name };
