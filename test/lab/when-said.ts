/** For a child's output: does each thing once, as soon as its words have been printed, in this order. */
export function whenSaid(steps: readonly (readonly [RegExp, () => unknown])[]): (text: string) => void {
  const waiting = [...steps];
  let said = '';
  return (text) => {
    said += text;
    for (let [next] = waiting; next?.[0].test(said) === true; [next] = waiting) {
      waiting.shift();
      next[1]();
    }
  };
}
