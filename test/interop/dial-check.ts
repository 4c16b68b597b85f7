/** The verdict on who dialled whom. */
import type { Started } from './members.js';
import type { Payload } from './payloads.js';
import type { DialWatch } from './tcp-table.js';
import { waitUntil } from './wait.js';

/** What a third one passed on can be complete before the seeder itself is met. */
const DIAL_LIMIT_MS = 5000;

/** Of the getter and each seeder, the one that was started later must have dialled, and first. */
export async function unexpectedDial(
	payload: Payload,
	getter: Started,
	started: readonly Started[],
	dials: DialWatch,
): Promise<string | undefined> {
	const seen = (from: Started, to: Started): number =>
		dials.firstSeen(from.place.address, to.place.address, to.running.portOf(payload));
	for (const seeder of started.filter((one) => one.member.has.includes(payload))) {
		const isGetterLater = started.indexOf(getter) > started.indexOf(seeder);
		const [later, earlier] = isGetterLater ? [getter, seeder] : [seeder, getter];
		const [from, to] = [later.member.client.name, earlier.member.client.name];
		const hasDialled = (): boolean => seen(later, earlier) < Number.POSITIVE_INFINITY;
		if (!(await waitUntil(hasDialled, DIAL_LIMIT_MS))) return `${from} never dialled ${to}`;
		if (seen(earlier, later) < seen(later, earlier)) return `${to} dialled ${from} first`;
	}
	return undefined;
}
