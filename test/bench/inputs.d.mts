/** Types of the inputs, for tests. */
export function streamOf(random: Random, size: number): string;
export function randomFrom(seed: number): Random;

export interface Random {
  next(): number;
}

export function inputText(id: 'a' | 'b' | 'c' | 'd' | 'e'): string;
