/** Which names say that their value is a credential: the collector's rule (collectors/kubestrata-collect.sh). */

/** What only points to one: a file, a host, a user. */
const POINTS =
  /(?:file|filename|path|dir|directory|name|namespace|ref|url|uri|host|port|user|username|ttl|seconds|expiry|expiration|expires|length|size|count|enabled|type|policy|provider|class|mode|version|hash|tokens|address|issuer|audience|audiences|tokenizer|id)$/;
const IDS = /(?:access[_.-]?key[_.-]?id|secret[_.-]?id)$/;
const CREDENTIAL =
  /passw|passphrase|^pwd|pwd$|pwd[_.-]|secret|token|credential|(?:api|access|private|encryption|encrypt|signing|master|account|auth|license|shared|client|ssh|storage|secret|app|consumer|session|jwt|webhook)[_.-]?key$|key[_.-]?data$|certificate-data$|^auth$|[_.-]auth$|authorization|cookie|^pass$|[_.-]pass$|^pin$|[_.-]pin$|[_.-]salt$|[_.-]pat$|^psk$|[_.-]psk$/;

export function isCredentialName(name: string): boolean {
  const lower = name.slice(0, 500).toLowerCase();
  return POINTS.test(lower) ? IDS.test(lower) : CREDENTIAL.test(lower);
}

/** In env and the data of ConfigMaps every NAME_KEY is taken for one. */
export const isCredentialKey = (name: string): boolean => isCredentialName(name) || /(?:^|[_.-])key$/i.test(name);
