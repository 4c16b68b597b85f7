/** Numbers as people read them in narrow columns: three significant digits, no noise. */
import type { Glyphs } from './theme.js';

const UNITS = ['B', 'K', 'M', 'G', 'T', 'P', 'E'] as const;

/** Bytes in at most five columns: `0B`, `999B`, `1.46K`, `14.6M`, `146G`; a K is 1000, as in the options. */
export function formatSize(bytes: number): string {
	let value = Math.max(0, bytes);
	let unit = 0;
	while (Math.round(value) >= 1000 && unit < UNITS.length - 1) {
		value /= 1000;
		unit++;
	}
	return `${unit === 0 ? Math.floor(value) : threeDigits(value)}${UNITS[unit] ?? ''}`;
}

/** A rate for a table cell; blank when nothing moves, so that the eye finds what does. */
export function formatRate(bytesPerSecond: number): string {
	return bytesPerSecond >= 1 ? formatSize(bytesPerSecond) : '';
}

/** A limit in bytes per second; `-` for none. */
export function formatLimit(bytesPerSecond: number): string {
	return bytesPerSecond > 0 ? formatSize(bytesPerSecond) : '-';
}

/** 0 to 1 as `46.5%`; rounds down, so that only what is complete shows `100%`. */
export function formatPercent(progress: number): string {
	if (progress >= 1) return '100%';
	// A hundredth of the last digit makes up for binary fractions: 0.29 is 29.0, not 28.9.
	return `${(Math.floor(Math.max(0, progress) * 1000 + 1e-6) / 10).toFixed(1)}%`;
}

/** Share ratio in at most five columns. */
export function formatRatio(ratio: number): string {
	if (ratio >= 9999.5) return '>9999';
	if (ratio >= 99.95) return ratio.toFixed(0);
	return ratio >= 9.995 ? ratio.toFixed(1) : ratio.toFixed(2);
}

/** Time left in at most six columns: `47s`, `19m59`, `2h05`, `3d04h`; blank when unknown. */
export function formatEta(seconds: number | undefined): string {
	if (seconds === undefined || !Number.isFinite(seconds)) return '';
	const whole = Math.max(0, Math.floor(seconds));
	if (whole < 60) return `${whole}s`;
	if (whole < 3600) return `${Math.floor(whole / 60)}m${twoDigits(whole % 60)}`;
	if (whole < 86400)
		return `${Math.floor(whole / 3600)}h${twoDigits(Math.floor((whole % 3600) / 60))}`;
	if (whole < 100 * 86400)
		return `${Math.floor(whole / 86400)}d${twoDigits(Math.floor((whole % 86400) / 3600))}h`;
	return '>99d';
}

/** Time to the next announce in five columns: `12:41`, `1h40`, `3d04h`; `-` when none is planned. */
export function formatCountdown(seconds: number | undefined): string {
	if (seconds === undefined || !Number.isFinite(seconds)) return '-';
	const whole = Math.max(0, Math.floor(seconds));
	return whole < 6000
		? `${twoDigits(Math.floor(whole / 60))}:${twoDigits(whole % 60)}`
		: formatEta(whole);
}

/** A short time: `0.4 ms`, `25 ms`, `2.7 s`. */
export function formatMs(ms: number): string {
	if (ms < 9.95) return `${Math.max(0, ms).toFixed(1)} ms`;
	return ms < 999.5 ? `${ms.toFixed(0)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** A count; `-` when nobody told. */
export function formatCount(count: number | undefined): string {
	return count === undefined ? '-' : String(count);
}

/**
 * A moment as `14:02` or `14:02:11`.
 * @param utcOffsetMinutes - minutes the local clock is ahead of UTC
 */
export function formatTime(atMs: number, utcOffsetMinutes: number, withSeconds = false): string {
	const local = new Date(atMs + utcOffsetMinutes * 60_000).toISOString();
	return local.slice(11, withSeconds ? 19 : 16);
}

/** A moment as `2026-11-21 14:02`. */
export function formatDate(atMs: number, utcOffsetMinutes: number): string {
	const local = new Date(atMs + utcOffsetMinutes * 60_000).toISOString();
	return `${local.slice(0, 10)} ${local.slice(11, 16)}`;
}

/** A bar of exactly `width` columns; full only when complete. */
export function formatBar(progress: number, width: number, glyphs: Glyphs): string {
	const share = Math.min(1, Math.max(0, progress));
	const steps = glyphs.barEighths.length + 1;
	const filled = Math.floor(share * width * steps);
	const full = Math.floor(filled / steps);
	let head = glyphs.barEighths[(filled % steps) - 1] ?? '';
	let body = glyphs.barFull.repeat(full);
	if (glyphs.barHead !== '' && full > 0 && full < width) {
		body = glyphs.barFull.repeat(full - 1);
		head = glyphs.barHead;
	}
	return body + head + glyphs.barEmpty.repeat(width - body.length - head.length);
}

function threeDigits(value: number): string {
	if (value < 9.995) return value.toFixed(2);
	return value < 99.95 ? value.toFixed(1) : value.toFixed(0);
}

function twoDigits(value: number): string {
	return String(value).padStart(2, '0');
}
