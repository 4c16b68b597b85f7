/** Text of everything a stranger may send. */
import fc from 'fast-check';

/** Letters of many scripts, emoji, controls, halves of characters. */
export const anyText: fc.Arbitrary<string> = fc.string({
	unit: fc.oneof(
		fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
		fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
		fc.constantFrom(
			'映',
			'가',
			'🎬',
			'👩‍👩‍👧',
			'❤️',
			'🇩🇪',
			'م',
			'ी',
			'\u0301',
			'\u200b',
			'\u202e',
			'\u001b[31m',
		),
	),
	maxLength: 40,
});
