export default async function startMuster(): Promise<void> {}
