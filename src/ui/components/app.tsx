/** The one component tree: a model in, a screen out. */
import { Box } from 'ink';
import { type ReactElement, useSyncExternalStore } from 'react';
import type { ScreenModel } from '../screen-model.js';
import { renderScreen } from '../screens/screen.js';
import { Lines } from './lines.js';

export interface AppProps {
	readonly subscribe: (listener: () => void) => () => void;
	readonly getModel: () => ScreenModel;
}

export function App({ subscribe, getModel }: AppProps): ReactElement {
	const model = useSyncExternalStore(subscribe, getModel);
	const { columns, rows } = model.view.size;
	return (
		<Box flexDirection="column" width={columns} height={rows}>
			<Lines lines={renderScreen(model, columns, rows)} width={columns} />
		</Box>
	);
}
