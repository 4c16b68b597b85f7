/** A write or spill on its way through a disk thread: its ring slots go back whatever becomes of it. */
import { BLOCK_BYTES } from '../metainfo/piece-layout.js';
import type { SharedBlockRing } from './block-ring.js';
import type { JobReply } from './disk-messages.js';
import type { BlockSlots, PieceWriteResult } from './storage.js';
import { type StorageError, storageError } from './storage-error.js';
import type { JobOwner } from './worker-link.js';

export interface SlotJobPorts {
	readonly ring: SharedBlockRing;
	/** Called once, after the result is told. */
	onEnd(): void;
}

export class SlotJob implements JobOwner {
	readonly bytes: number;
	readonly #ports: SlotJobPorts;
	readonly #slots: BlockSlots;
	readonly #resolve: (result: PieceWriteResult) => void;
	readonly #reject: (error: StorageError) => void;

	/** @param slots - of `ports.ring`, or -1; not changed until the job ended */
	constructor(
		ports: SlotJobPorts,
		slots: BlockSlots,
		resolve: (result: PieceWriteResult) => void,
		reject: (error: StorageError) => void,
	) {
		this.#ports = ports;
		this.#slots = slots;
		this.#resolve = resolve;
		this.#reject = reject;
		this.bytes = slots.length * BLOCK_BYTES;
	}

	done(reply: JobReply): void {
		freeSlots(this.#ports.ring, this.#slots);
		if (reply.type === 'words') this.#resolve(reply);
		else this.#reject(wrongReply());
		this.#ports.onEnd();
	}

	failed(error: StorageError): void {
		freeSlots(this.#ports.ring, this.#slots);
		this.#reject(error);
		this.#ports.onEnd();
	}
}

/** True when every slot is taken or stands for a spilled block. */
export function areTaken(ring: SharedBlockRing, slots: BlockSlots): boolean {
	for (const slot of slots) if (slot !== -1 && !ring.isTaken(slot)) return false;
	return true;
}

/** Gives slots back; those that are free already are left alone. */
export function freeSlots(ring: SharedBlockRing, slots: BlockSlots): void {
	for (const slot of slots) if (ring.isTaken(slot)) ring.free(slot);
}

function wrongReply(): StorageError {
	return storageError('STORAGE_BAD_REQUEST', 'write', undefined, 'Disk thread gave a wrong reply');
}
