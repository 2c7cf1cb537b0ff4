// Written so that a Node of any age can read it: it has to say the sentence.
var MAJOR = 20;
var MINOR = 19;

/** A sentence when `version` (process.version) is older than what this project needs, else null. */
export function tooOld(version) {
  var parts = /^v?(\d+)\.(\d+)/.exec(version) || [];
  var major = Number(parts[1]);
  var minor = Number(parts[2]);
  if (major > MAJOR || (major === MAJOR && minor >= MINOR)) return null;
  return (
    'CWTS Ultra Console needs Node ' +
    MAJOR +
    '.' +
    MINOR +
    ' or newer; this is Node ' +
    version +
    '. Install a newer one from https://nodejs.org and try again.'
  );
}
