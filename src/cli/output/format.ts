/** Numbers and times as headless lines show them. Sizes are decimal, as the rates of options are. */

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `2026-11-21T08:45:13Z`: UTC, whole seconds. */
export function timestamp(atMs: number): string {
	return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

/** `0 B`, `16.4 kB`, `1.2 GB`: powers of 1000. */
export function formatSize(bytes: number): string {
	let value = bytes;
	let unit = 0;
	while (value >= 999.95 && unit < UNITS.length - 1) {
		value /= 1000;
		unit++;
	}
	return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

export function formatRate(bytesPerSecond: number): string {
	return `${formatSize(bytesPerSecond)}/s`;
}

/** `42 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatDuration(seconds: number): string {
	const whole = Math.max(0, Math.round(seconds));
	if (whole < 60) return `${whole} s`;
	if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
	if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
	return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

/** `86.7 %`; never rounded up to 100 before it is. */
export function formatPercent(share: number): string {
	return `${(Math.floor(Math.min(1, Math.max(0, share)) * 1000) / 10).toFixed(1)} %`;
}
