/** Gives a surface the terminal until the user or a signal ends it. */
import { render } from 'ink';
import { AppError } from '../primitives/app-error.js';
import { App } from './components/app.js';
import { FrameSource } from './frame-source.js';
import { makeFrameStdout } from './frame-stdout.js';
import { FrameWriter } from './frame-writer.js';
import { readKeyboard } from './keyboard.js';
import type { Size } from './layout.js';
import type { ScreenMeter } from './screen-meter.js';
import type { Surface } from './surface.js';
import { TerminalGuard } from './terminal-guard.js';
import { openTerminalOutput } from './terminal-output.js';
import { makeTheme, type Theme, themeOptionsFrom } from './theme.js';

/** A window being dragged sends many sizes. */
const RESIZE_MS = 40;
/** How long the end waits for a terminal that is being written to. */
const LAST_WRITE_MS = 500;
/** What a shell reports after a hang-up: 128 and the number of SIGHUP. */
const HANGUP_EXIT_CODE = 129;
/** What a shell reports after an interrupt: 128 and the number of SIGINT. */
const INTERRUPT_EXIT_CODE = 130;

export class UiError extends AppError {
	declare readonly code: 'UI_NOT_A_TERMINAL';
}

/** The terminal to take; the process's own unless said otherwise. */
export interface TerminalOptions {
	/** Ends as `q` does. */
	readonly signal?: AbortSignal;
	readonly stdin?: NodeJS.ReadStream;
	readonly stdout?: NodeJS.WriteStream;
	/** `NO_COLOR`, `TERM`, `LANG` and their kin are read from it. */
	readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface UiResult {
	/** `quit` by a key; `signal` from outside, or because the terminal was closed. */
	readonly reason: 'quit' | 'signal';
	/** 0 after `q`, 130 after `^C`, 128 and its number after a signal. */
	readonly exitCode: number;
}

/** What a surface may do to the terminal it is shown on. */
export interface Screen {
	readonly size: Size;
	readonly theme: Theme;
	readonly quit: (isInterrupt: boolean) => void;
	/** `^Z`. */
	readonly suspend: () => void;
	/** Writes the newest frame again, whole. */
	readonly redraw: () => void;
}

/**
 * Resolves when the surface is over and the terminal is back as it was. From then on `^C` is a
 * plain SIGINT again. Rejects with what nobody caught, the terminal restored as well.
 * @param makeSurface - called once, when the terminal's size is known
 * @throws {UiError} `UI_NOT_A_TERMINAL` when input or output is not a terminal
 */
export async function runSurface(
	makeSurface: (screen: Screen) => Surface,
	options: TerminalOptions,
	meter: ScreenMeter,
): Promise<UiResult> {
	const stdin = options.stdin ?? process.stdin;
	const stdout = options.stdout ?? process.stdout;
	if (!stdin.isTTY || !stdout.isTTY)
		throw new UiError('UI_NOT_A_TERMINAL', 'The dashboard needs a terminal for input and output');

	const undo: (() => void)[] = [];
	let end: (result: UiResult) => void = notYet;
	let fail: (error: unknown) => void = notYet;
	const ended = new Promise<UiResult>((resolve, reject) => {
		[end, fail] = [resolve, reject];
	});
	const hangUp = (): void => end({ reason: 'signal', exitCode: HANGUP_EXIT_CODE });

	let size = sizeOf(stdout);
	const output = openTerminalOutput(stdout, hangUp);
	const writer = new FrameWriter(output.sink, size.rows, meter);
	const surface = makeSurface({
		size,
		theme: makeTheme(themeOptionsFrom(options.env ?? process.env)),
		quit: (isInterrupt) => end({ reason: 'quit', exitCode: isInterrupt ? INTERRUPT_EXIT_CODE : 0 }),
		suspend: () => guard.suspend(),
		redraw: () => {
			writer.invalidate();
			writer.repaint();
		},
	});
	const frames = new FrameSource(surface);
	const guard = new TerminalGuard(stdin, stdout, {
		onSignal: (exitCode) => end({ reason: 'signal', exitCode }),
		onError: fail,
		onSuspend: () => writer.stop(),
		onResume: () => {
			writer.resume();
			takeSize();
		},
	});
	const takeSize = (): void => {
		size = sizeOf(stdout);
		writer.invalidate(size.rows);
		surface.resize(size);
	};

	guard.start();
	try {
		const leave = (): void => end({ reason: 'quit', exitCode: 0 });
		options.signal?.addEventListener('abort', leave);
		undo.push(() => options.signal?.removeEventListener('abort', leave));
		if (options.signal?.aborted === true) leave();
		undo.push(watchSize(stdout, takeSize));
		undo.push(readKeyboard(stdin, { onKeys: (keys) => surface.press(keys), onEnd: hangUp }));
		// A closed terminal also fails the stream itself; without a listener that would be fatal.
		stdout.on('error', hangUp);
		undo.push(() => stdout.off('error', hangUp));
		surface.start();
		undo.push(() => surface.stop());
		const subscribe = (listener: () => void): (() => void) => surface.subscribe(listener);
		const ink = render(<App subscribe={subscribe} getFrame={frames.getFrame} />, {
			stdin,
			stdout: makeFrameStdout(
				stdout,
				(text) => writer.paint(frames.linesOf(text)),
				() => size,
			),
			// Whole frames without cursor codes, also where CI is set.
			debug: true,
			exitOnCtrlC: false,
			patchConsole: false,
			isScreenReaderEnabled: false,
		});
		undo.push(() => ink.unmount());
		ink.waitUntilExit().catch(fail);
		return await ended;
	} finally {
		writer.stop();
		for (const step of undo.toReversed()) step();
		await Promise.race([writer.idle(), delay(LAST_WRITE_MS)]);
		output.close();
		guard.stop();
	}
}

/** Stands in until a promise has given its functions out. */
function notYet(): void {}

function sizeOf(stdout: NodeJS.WriteStream): Size {
	// A terminal that does not know its size says 0.
	return { columns: stdout.columns || 80, rows: stdout.rows || 24 };
}

function watchSize(stdout: NodeJS.WriteStream, changed: () => void): () => void {
	let timer: NodeJS.Timeout | undefined;
	const onResize = (): void => {
		clearTimeout(timer);
		timer = setTimeout(changed, RESIZE_MS);
	};
	stdout.on('resize', onResize);
	return () => {
		clearTimeout(timer);
		stdout.off('resize', onResize);
	};
}

function delay(delayMs: number): Promise<void> {
	return new Promise((resolve) => {
		setTimeout(resolve, delayMs);
	});
}
