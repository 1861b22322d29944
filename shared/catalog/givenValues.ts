/** Given values: what stands where in an object of settings, which may be anything. */
import type { Severity } from '../practices/practice.ts';
import type { SettingKey } from './settingDefaults.ts';

/** What stands in an object under the keys of a setting. */
export function valueAt(layer: unknown, key: SettingKey): unknown {
  return key.split('.').reduce<unknown>((held, step) => asRecord(held)[step], layer);
}

/** The severity that a value names, or `off`; undefined where it is neither. */
export function severityOf(value: unknown): Severity | 'off' | undefined {
  return value === 'error' || value === 'warning' || value === 'information' || value === 'off'
    ? value
    : undefined;
}

/** The value, where it is an object; else an empty one. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
