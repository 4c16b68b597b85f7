/**
 * Finished frames, one for each model. Ink lays out one mark a line; the line itself takes the
 * place of its mark on the way to the terminal, because Ink takes every character of it apart.
 */

/** The first of the private-use characters that stand for lines. */
const FIRST_MARK = 0xe000;
/** More lines than any terminal has. */
const MAX_LINES = 2048;

export interface Frame {
	/** With colours, without the blanks at the end that the terminal shows anyway. */
	readonly lines: readonly string[];
	/** What Ink lays out in their place; another text than that of the frame before. */
	readonly marks: string;
}

/** What frames are made from. */
export interface Drawable {
	/** Another object when there is something new to draw. */
	getModel(): object;
	/** The whole screen, a text a line. */
	draw(): readonly string[];
}

/** Draws a frame when it is first asked for after a new model. */
export class FrameSource {
	readonly #drawable: Drawable;
	#model: object | undefined;
	#frame: Frame = { lines: [], marks: '' };
	#isOdd = false;

	constructor(drawable: Drawable) {
		this.#drawable = drawable;
	}

	/** The same object until there is a new model. */
	readonly getFrame = (): Frame => {
		const model = this.#drawable.getModel();
		if (model === this.#model) return this.#frame;
		const screen = this.#drawable.draw().slice(0, MAX_LINES);
		const lines = screen.map((line) => line.trimEnd());
		this.#model = model;
		// Two sets of marks in turn: Ink shows only what differs from what it showed.
		this.#isOdd = !this.#isOdd;
		this.#frame = { lines, marks: marksOf(lines.length, this.#isOdd) };
		return this.#frame;
	};

	/** The newest frame's lines in the place of their marks; what is no mark (an error of Ink's) stays. */
	linesOf(text: string): readonly string[] {
		const { lines } = this.#frame;
		return text.split('\n').map((shown) => {
			const number = shown.length === 1 ? shown.charCodeAt(0) - FIRST_MARK : -1;
			return number >= 0 && number < 2 * MAX_LINES ? (lines[number % MAX_LINES] ?? '') : shown;
		});
	}
}

function marksOf(count: number, isOdd: boolean): string {
	const first = FIRST_MARK + (isOdd ? MAX_LINES : 0);
	return Array.from({ length: count }, (_, line) => String.fromCharCode(first + line)).join('\n');
}
