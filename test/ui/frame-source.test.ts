/** How frames pass Ink by. */
import test from 'ava';
import { type Drawable, FrameSource } from '../../src/ui/frame-source.js';
import type { ScreenModel } from '../../src/ui/screen-model.js';
import { renderScreen } from '../../src/ui/screens/screen.js';
import { makeModel } from './fixtures.js';

function drawable(getModel: () => ScreenModel): Drawable {
	return { getModel, draw: () => renderScreen(getModel(), 80, 24) };
}

test('what Ink lays out becomes the lines of the screen, without the blanks at their ends', (t) => {
	const model = makeModel(80, 24);
	const frames = new FrameSource(drawable(() => model));
	const shown = frames.linesOf(frames.getFrame().mark);
	t.deepEqual(
		shown,
		renderScreen(model, 80, 24).map((line) => line.trimEnd()),
	);
});

test('a model is drawn once, the next one gives Ink another text', (t) => {
	let model: ScreenModel = makeModel(80, 24);
	const frames = new FrameSource(drawable(() => model));
	const first = frames.getFrame();
	t.is(frames.getFrame(), first);
	model = makeModel(80, 24, { keys: ['j'] });
	t.not(frames.getFrame().mark, first.mark);
	t.deepEqual(frames.linesOf(frames.getFrame().mark), frames.getFrame().lines);
});

test('what Ink has to say of an error stays as it is', (t) => {
	const frames = new FrameSource(drawable(() => makeModel(80, 24)));
	t.deepEqual(frames.linesOf('ERROR broken\n  at x'), ['ERROR broken', '  at x']);
});
