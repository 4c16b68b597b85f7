/** What charts are drawn with: the page, its style, text. */

export const CHART_WIDTH = 860;
export const MARGIN = 16;

const STYLE = `
text{font:13px system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:#1f2328}
.title{font-size:16px;font-weight:600}
.case{font-weight:600}
.note{fill:#59636e;font-size:11.5px}
.own{fill:#0969da}
.other{fill:#afb8c1}
.range{stroke:#1f2328;stroke-width:1.2;fill:none}
.axis{stroke:#d1d9e0;stroke-width:1;fill:none}
.own-line{stroke:#0969da;stroke-width:2;fill:none}
.other-line{stroke:#afb8c1;stroke-width:2;fill:none}
.page{fill:#ffffff}
@media (prefers-color-scheme:dark){
text{fill:#f0f6fc}
.note{fill:#9198a1}
.own{fill:#4493f8}
.other{fill:#656c76}
.range{stroke:#f0f6fc}
.axis{stroke:#3d444d}
.own-line{stroke:#4493f8}
.other-line{stroke:#656c76}
.page{fill:#0d1117}
}`;

/** A page that grows downwards. */
export interface Drawing {
	readonly parts: string[];
	/** Where the next thing goes. */
	y: number;
}

/** The whole image. @param label - for readers that cannot see it */
export function svgPage({ parts, y }: Drawing, label: string): string {
	const height = Math.ceil(y);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${CHART_WIDTH} ${height}" width="${CHART_WIDTH}" height="${height}" role="img" aria-label="${escapeXml(label)}">`,
		`<style>${STYLE}</style>`,
		`<rect class="page" width="${CHART_WIDTH}" height="${height}" rx="6"/>`,
		...parts,
		'</svg>',
		'',
	].join('\n');
}

export function text(drawing: Drawing, x: number, kind: string, content: string): void {
	drawing.parts.push(
		`<text class="${kind}" x="${x}" y="${drawing.y}">${escapeXml(content)}</text>`,
	);
}

export function pixels(value: number): number {
	return Math.round(value * 10) / 10;
}

export function escapeXml(content: string): string {
	return content
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;');
}
