/** Types of the inputs, for tests. */
export function inputText(id: 'a' | 'b' | 'c' | 'd' | 'e'): string;
