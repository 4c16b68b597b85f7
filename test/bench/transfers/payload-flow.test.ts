import test from 'ava';
import { queuedBytes } from '../../../bench/transfers/payload-flow.js';

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0200007F:1AE1 00000000:0000 0A 00000000:00FFFFFF 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0
   1: 0200007F:1AE1 0B00007F:C001 01 00010000:00000044 01:00000014 00000000     0        0 2 2 0 20 4 0 10 -1
   2: 0B00007F:C001 0200007F:1AE1 01 00000000:00020000 00:00000000 00000000     0        0 3 2 0 20 4 0 10 -1
   3: 0B00007F:C002 0200007F:1AE1 06 00000000:00FF0000 00:00000000 00000000     0        0 0 2 0 20 4 0 10 -1
`;

test('bytes not yet acknowledged or not yet read on connections of the seeder count', (t) => {
	t.is(queuedBytes(TABLE, '127.0.0.2'), 0x20000);
});

test('bytes the other way, listening sockets and closed connections do not', (t) => {
	t.is(queuedBytes(TABLE, '127.0.0.11'), 0x44);
	t.is(queuedBytes(TABLE, '127.0.0.3'), 0);
});
