/** A process of its own: `run-micro.js CASE VARIANT BUDGET_MS` prints the figures as one line of JSON. */
import { microCases } from './micro-table.js';

const [caseName = '', variant = '', budget = ''] = process.argv.slice(2);
const measure = microCases.find(({ name }) => name === caseName)?.variants[variant];
if (measure === undefined) throw new Error(`There is no micro bench ${caseName} ${variant}`);
console.log(JSON.stringify(await measure(Number(budget))));
