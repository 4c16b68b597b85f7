/**
 * Bytes of a terminal's keyboard as key names: `j`, `Up`, `ctrl+d`, `shift+Tab`, `F1`, `Escape`.
 * Sequences may be split over reads anywhere, many keys may come in one; a pasted text is one key,
 * whatever is in it.
 */

const ESCAPE = '\x1b';
const PASTE_START = '\x1b[200~';
const PASTE_END = '\x1b[201~';

/** After this silence a lone Escape byte was the Escape key. */
const ESCAPE_MS = 50;
/** After this silence a paste whose end got lost is over. */
const PASTE_MS = 1000;
/** Sequences longer than this are noise. */
const MAX_SEQUENCE = 32;
/** Of a longer paste the rest is dropped. */
const MAX_PASTE_CHARACTERS = 65_536;
const PASTED = 'paste:';

const FINAL_KEYS: Readonly<Record<string, string>> = {
	A: 'Up',
	B: 'Down',
	C: 'Right',
	D: 'Left',
	F: 'End',
	H: 'Home',
	P: 'F1',
	Q: 'F2',
	R: 'F3',
	S: 'F4',
	Z: 'shift+Tab',
};

const TILDE_KEYS: Readonly<Record<string, string>> = {
	1: 'Home',
	2: 'Insert',
	3: 'Delete',
	4: 'End',
	5: 'PageUp',
	6: 'PageDown',
	7: 'Home',
	8: 'End',
	11: 'F1',
};

/** The text, not cleaned, when the key is a paste. */
export function pastedText(key: string): string | undefined {
	return key.startsWith(PASTED) ? key.slice(PASTED.length) : undefined;
}

export class KeyReader {
	#buffer = '';
	#isPasting = false;
	#pasted = '';

	/** Milliseconds of silence after which {@link flush} is due; undefined when nothing waits. */
	get pendingMs(): number | undefined {
		if (this.#isPasting) return PASTE_MS;
		return this.#buffer === '' ? undefined : ESCAPE_MS;
	}

	/** The keys that `text`, decoded from UTF-8, completes. */
	feed(text: string): readonly string[] {
		this.#buffer += text;
		const keys: string[] = [];
		for (;;) {
			const taken = this.#isPasting ? this.#takePaste(keys) : this.#take(keys);
			if (taken === 0) return keys;
			this.#buffer = this.#buffer.slice(taken);
		}
	}

	/** Nothing more came: a waiting Escape was the key, anything else was cut off. */
	flush(): readonly string[] {
		const keys = this.#buffer === ESCAPE && !this.#isPasting ? ['Escape'] : [];
		this.#buffer = '';
		this.#isPasting = false;
		this.#pasted = '';
		return keys;
	}

	/** Units of the buffer that are one key; 0 when more has to come. */
	#take(keys: string[]): number {
		const [first, second, third] = this.#buffer;
		if (first === undefined) return 0;
		if (first !== ESCAPE) {
			keys.push(plainKey(first));
			return first.length;
		}
		if (second === undefined) return 0;
		if (second === ESCAPE) {
			keys.push('Escape');
			return 1;
		}
		if (second === '[') return this.#takeSequence(keys);
		if (second !== 'O') return 1 + second.length;
		if (third === undefined) return 0;
		const key = FINAL_KEYS[third];
		if (key !== undefined) keys.push(key);
		return 2 + third.length;
	}

	/** `ESC [ parameters final`; the Linux console writes F1 as `ESC [ [ A`. */
	#takeSequence(keys: string[]): number {
		const head = this.#buffer.slice(0, MAX_SEQUENCE);
		if (head.startsWith('\x1b[[')) {
			if (head.length < 4) return 0;
			if (head[3] === 'A') keys.push('F1');
			return 4;
		}
		let end = 2;
		while (end < head.length && /[\x20-\x3f]/.test(head[end] ?? '')) end++;
		const final = head[end];
		if (final === undefined) return head.length < MAX_SEQUENCE ? 0 : head.length;
		// Not a sequence after all: what follows is read as keys again.
		if (!/[\x40-\x7e]/.test(final)) return end;
		const sequence = head.slice(0, end + 1);
		if (sequence === PASTE_START) this.#isPasting = true;
		const key = sequenceKey(head.slice(2, end), final);
		if (key !== undefined) keys.push(key);
		return end + 1;
	}

	#takePaste(keys: string[]): number {
		const end = this.#buffer.indexOf(PASTE_END);
		const length = end >= 0 ? end : Math.max(0, this.#buffer.length - PASTE_END.length + 1);
		this.#pasted = (this.#pasted + this.#buffer.slice(0, length)).slice(0, MAX_PASTE_CHARACTERS);
		if (end < 0) return length;
		keys.push(PASTED + this.#pasted);
		this.#isPasting = false;
		this.#pasted = '';
		return end + PASTE_END.length;
	}
}

function sequenceKey(parameters: string, final: string): string | undefined {
	const [number = '', modifiers] = parameters.split(';');
	// Modified keys (ctrl+Up and the like) have no meaning here.
	if (modifiers !== undefined && modifiers !== '1') return undefined;
	if (final === '~') return TILDE_KEYS[number];
	return number === '' || number === '1' ? FINAL_KEYS[final] : undefined;
}

function plainKey(character: string): string {
	const code = character.codePointAt(0) ?? 0;
	if (code === 0x0d || code === 0x0a) return 'Enter';
	if (code === 0x09) return 'Tab';
	if (code === 0x08 || code === 0x7f) return 'Backspace';
	if (code === 0x20) return 'Space';
	if (code > 0 && code <= 0x1a) return `ctrl+${String.fromCharCode(code + 0x60)}`;
	return code < 0x20 ? 'unknown' : character;
}
