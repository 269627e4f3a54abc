// Gathers many calls of one turn of the event loop into one.

/** A function that lets `action` run once after what runs now, however often it is called until then. */
export function oncePerTurn(action: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    queueMicrotask(() => {
      isDue = false;
      action();
    });
  };
}
