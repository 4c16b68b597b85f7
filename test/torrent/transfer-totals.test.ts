import test from 'ava';
import { TransferTotals } from '../../src/torrent/transfer-totals.js';

test('what earlier runs moved counts for the life of a torrent, not for what trackers are told', (t) => {
	const totals = new TransferTotals();
	totals.restore({ downloadedBytes: 100, uploadedBytes: 50, wastedBytes: 7 });
	totals.download.add(10, 0);
	totals.upload.add(20, 0);
	totals.waste(3);
	t.deepEqual(totals.lifetime(), { downloadedBytes: 110, uploadedBytes: 70, wastedBytes: 10 });
	t.is(totals.sessionDownloadedBytes, 10);
	t.is(totals.sessionUploadedBytes, 20);
});

test('the ratio is over what was downloaded, over the size when nothing was, and 0 for nothing', (t) => {
	const totals = new TransferTotals();
	t.is(totals.ratio(0), 0);
	totals.upload.add(50, 0);
	t.is(totals.ratio(100), 0.5);
	totals.download.add(200, 0);
	t.is(totals.ratio(100), 0.25);
});
