/**
 * Finished frames, one for each model. Ink lays out one mark for the whole screen; the lines take
 * its place on the way to the terminal, because Ink takes every character apart for every frame.
 */

/**
 * Two marks in turn: Ink shows only what differs from before. Letters, because Ink takes long to find
 * out how wide other characters are; it never says a single one itself.
 */
const MARKS = ['A', 'B'] as const;

/** More lines than any terminal has. */
const MAX_LINES = 2048;

export interface Frame {
	/** With colours, without the blanks at the end that the terminal shows anyway. */
	readonly lines: readonly string[];
	/** What Ink lays out in their place; another one than that of the frame before. */
	readonly mark: string;
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
	#frame: Frame = { lines: [], mark: MARKS[0] };

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
		this.#frame = { lines, mark: this.#frame.mark === MARKS[0] ? MARKS[1] : MARKS[0] };
		return this.#frame;
	};

	/** The newest frame's lines in the place of their mark; what is no mark (an error of Ink's) stays. */
	linesOf(text: string): readonly string[] {
		return MARKS.some((mark) => mark === text) ? this.#frame.lines : text.split('\n');
	}
}
