import { pay, takeBack } from './pay';

/** `node main.js FOLDER [--back]`: pays, or goes on paying. Ctrl-C pauses at the next safe point. */
const [folder = 'payroll', flag] = process.argv.slice(2);
const choices = { month: '2026-11', salaries: { anna: 412_000, bo: 398_500, cleo: 431_200 } };

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

const rest =
  flag === '--back'
    ? takeBack(folder, choices.month, { signal: stop.signal })
    : pay(folder, choices, { signal: stop.signal });
rest.then(
  (result) => console.log(JSON.stringify(result)),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
