export async function measureGrowth() { return undefined; }
