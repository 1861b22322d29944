/** Settings of a run: the one place that decides them for every command. */
import { DEFAULT_SETTINGS, type Settings } from '../shared/catalog/settings.ts';

/** The settings for a run. */
export function settingsFor(): Settings {
  return DEFAULT_SETTINGS;
}
