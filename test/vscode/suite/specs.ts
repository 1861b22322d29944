/** All specs, in the order in which they run: the first one needs a host in which no manifest was open yet. */
import './start.ts';
import './squiggles.ts';
import './silence.ts';
import './hover.ts';
import './fixes.ts';
import './harden.ts';
import './settings.ts';
import './lens.ts';
import './agentTools.ts';
import './writing.ts';
import './baseline.ts';
import './bugReport.ts';
import './hardenElsewhere.ts';
import './helmCheck.ts';
import './restart.ts';
