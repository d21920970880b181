/** Looks again and again until there is something; `what` is for whoever reads that there was nothing. */
export async function until<T>(what: string, within: number, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const end = Date.now() + within;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`waited ${within / 1000} s in vain: ${what}`);
    await new Promise((resume) => setTimeout(resume, 50));
  }
}
