/** Tables of the detail tabs: columns of fixed width with one that takes the rest. */
import { blank, cell, type Row } from './row.js';
import type { Role, Theme } from './theme.js';

export interface TableColumn<Item> {
	readonly title: string;
	/** In terminal columns; 0 takes what the others leave. */
	readonly width: number;
	readonly align?: 'left' | 'right';
	readonly text: (item: Item, width: number) => string;
	readonly role?: (item: Item) => Role | undefined;
}

/** Lays out columns over exactly `width`, with one blank between them. */
export class Table<Item> {
	readonly #columns: readonly TableColumn<Item>[];
	readonly #theme: Theme;

	constructor(columns: readonly TableColumn<Item>[], width: number, theme: Theme) {
		const fixed = columns.reduce((sum, column) => sum + column.width + 1, -1);
		const rest = Math.max(1, width - fixed);
		this.#columns = columns.map((column) =>
			column.width === 0 ? { ...column, width: rest } : column,
		);
		this.#theme = theme;
	}

	head(): Row {
		return this.#row((column) =>
			cell(this.#theme, column.title, column.width, {
				role: 'title',
				align: column.align ?? 'left',
			}),
		);
	}

	row(item: Item): Row {
		return this.#row((column) =>
			cell(this.#theme, column.text(item, column.width), column.width, {
				role: column.role?.(item),
				align: column.align ?? 'left',
			}),
		);
	}

	#row(make: (column: TableColumn<Item>) => Row[number]): Row {
		return this.#columns.flatMap((column, index) =>
			index === 0 ? [make(column)] : [blank(1), make(column)],
		);
	}
}
