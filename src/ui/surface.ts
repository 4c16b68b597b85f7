/** Something that fills the screen and takes the keys: the dashboard, or the wizard over it. */
import type { Drawable } from './frame-source.js';
import type { Size } from './layout.js';

export interface Surface extends Drawable {
	/** Calls back when there is a new frame; returns the way to stop. */
	subscribe(listener: () => void): () => void;
	start(): void;
	stop(): void;
	/** Keys in the order they were pressed; they share a frame. */
	press(keys: readonly string[]): void;
	resize(size: Size): void;
}

/** A surface, and for a while another one over it that has the screen and the keys. */
export class SurfaceStack implements Surface {
	readonly #base: Surface;
	readonly #listeners = new Set<() => void>();
	readonly #undo: (() => void)[] = [];
	#top: Surface | undefined;

	constructor(base: Surface) {
		this.#base = base;
	}

	getModel(): object {
		return this.#current().getModel();
	}

	draw(): readonly string[] {
		return this.#current().draw();
	}

	readonly subscribe = (listener: () => void): (() => void) => {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	};

	start(): void {
		this.#undo.push(this.#base.subscribe(() => this.#tell(this.#base)));
		this.#base.start();
	}

	stop(): void {
		this.#top?.stop();
		this.#base.stop();
		for (const undo of this.#undo.splice(0)) undo();
		this.#listeners.clear();
	}

	press(keys: readonly string[]): void {
		this.#current().press(keys);
	}

	resize(size: Size): void {
		this.#top?.resize(size);
		this.#base.resize(size);
	}

	/** Covers the base until {@link uncover}. */
	cover(top: Surface): void {
		this.#top?.stop();
		this.#top = top;
		top.subscribe(() => this.#tell(top));
		top.start();
		this.#tell(top);
	}

	uncover(): void {
		const top = this.#top;
		this.#top = undefined;
		top?.stop();
		this.#tell(this.#base);
	}

	#current(): Surface {
		return this.#top ?? this.#base;
	}

	#tell(from: Surface): void {
		if (from === this.#current()) for (const listener of this.#listeners) listener();
	}
}
