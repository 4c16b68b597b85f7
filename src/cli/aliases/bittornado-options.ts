/** The 63 options of the BitTornado programs, and what each means here. */

/** How an old option is translated. */
export type OldOption =
	/** The value goes to `option`, changed by `convert`. */
	| {
			readonly type: 'same';
			readonly option: string;
			readonly convert?: (value: string) => Conversion;
	  }
	/** One end of the port range. */
	| { readonly type: 'port-end'; readonly end: 'first' | 'last' }
	/** The torrent file or its address. */
	| { readonly type: 'operand' }
	/** Where data goes: a folder when a folder is watched, else the file or folder itself. */
	| { readonly type: 'save-to' }
	/** Means nothing here any more. */
	| { readonly type: 'inert' };

export type Conversion =
	| { readonly ok: true; readonly value: string; readonly isLossy?: boolean }
	| { readonly ok: false; readonly expected: string };

const INERT: OldOption = { type: 'inert' };

const INERT_NAMES = [
	'keepalive_interval',
	'download_slice_size',
	'upload_unit_size',
	'request_backlog',
	'max_message_length',
	'random_port',
	'crypto_allowed',
	'crypto_only',
	'crypto_stealth',
	'selector_enabled',
	'expire_cache_data',
	'priority',
	'timeout',
	'timeout_check_interval',
	'max_slice_length',
	'max_rate_period',
	'ipv6_enabled',
	'ipv6_binds_v4',
	'upnp_nat_access',
	'upload_rate_fudge',
	'tcp_ack_fudge',
	'rerequest_interval',
	'min_peers',
	'http_timeout',
	'max_initiate',
	'check_hashes',
	'alloc_rate',
	'buffer_reads',
	'write_buffer_size',
	'breakup_seed_bitfield',
	'snub_time',
	'spew',
	'rarest_first_cutoff',
	'rarest_first_priority_cutoff',
	'min_uploads',
	'round_robin_period',
	'super_seeder',
	'security',
	'auto_kick',
	'double_check',
	'triple_check',
	'lock_files',
	'lock_while_reading',
	'auto_flush',
	'dedicated_seed_id',
	'display_path',
	'save_options',
] as const;

/** By name without dashes. */
export const BITTORNADO_OPTIONS: ReadonlyMap<string, OldOption> = new Map<string, OldOption>([
	['max_uploads', { type: 'same', option: 'upload-slots' }],
	['max_upload_rate', { type: 'same', option: 'max-upload-rate', convert: kilobytesPerSecond }],
	['max_download_rate', { type: 'same', option: 'max-download-rate', convert: kilobytesPerSecond }],
	['max_connections', { type: 'same', option: 'max-connections-per-torrent' }],
	['minport', { type: 'port-end', end: 'first' }],
	['maxport', { type: 'port-end', end: 'last' }],
	['ip', { type: 'same', option: 'ip' }],
	['bind', { type: 'same', option: 'bind', convert: firstAddress }],
	['responsefile', { type: 'operand' }],
	['metafile', { type: 'operand' }],
	['url', { type: 'operand' }],
	['saveas', { type: 'save-to' }],
	['saveas_style', { type: 'same', option: 'save-as', convert: saveAsStyle }],
	['alloc_type', { type: 'same', option: 'preallocate', convert: allocationType }],
	['parse_dir_interval', { type: 'same', option: 'rescan-interval', convert: seconds }],
	['display_interval', { type: 'same', option: 'summary-interval', convert: seconds }],
	['max_files_open', { type: 'same', option: 'max-open-files', convert: openFiles }],
	...INERT_NAMES.map((name): [string, OldOption] => [name, INERT]),
]);

/** BitTornado counts kB/s of 1000 bytes; 0 is no limit, -1 measured the line. */
function kilobytesPerSecond(value: string): Conversion {
	if (/^-1(\.0*)?$/.test(value)) return { ok: true, value: '0', isLossy: true };
	if (!/^\d{1,9}(\.\d{1,9})?$/.test(value)) return { ok: false, expected: 'kB/s such as 50' };
	return { ok: true, value: `${value}k` };
}

/** 0 was no limit. */
function openFiles(value: string): Conversion {
	if (/^0{1,9}$/.test(value)) return { ok: true, value: '65536', isLossy: true };
	return { ok: true, value };
}

function seconds(value: string): Conversion {
	if (!/^\d{1,9}(\.\d{1,6})?$/.test(value)) return { ok: false, expected: 'seconds such as 60' };
	return { ok: true, value: `${value}s` };
}

function saveAsStyle(value: string): Conversion {
	const style = { 1: 'torrent', 2: 'name', 3: 'folder' }[value];
	return style === undefined ? { ok: false, expected: '1, 2 or 3' } : { ok: true, value: style };
}

/** Files here grow as data comes, which is what `sparse` did and `normal` hoped for. */
function allocationType(value: string): Conversion {
	if (value === 'pre-allocate') return { ok: true, value: 'full' };
	if (value === 'sparse') return { ok: true, value: 'sparse' };
	if (value === 'normal' || value === 'background')
		return { ok: true, value: 'sparse', isLossy: true };
	return { ok: false, expected: 'normal, background, pre-allocate or sparse' };
}

/** A list of addresses was allowed; one is bound here. */
function firstAddress(value: string): Conversion {
	const [first = '', ...others] = value.split(',').map((part) => part.trim());
	return { ok: true, value: first, isLossy: others.length > 0 };
}
