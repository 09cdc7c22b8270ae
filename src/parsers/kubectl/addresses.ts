/** `10.0.0.1:80,10.0.0.2:80 + 3 more...`: the address lists of Endpoints, in tables and in describe. */
import { value } from './values.ts';

interface AddressList {
  readonly addresses: readonly { readonly ip: string; readonly port?: number }[];
  /** How many were not printed. */
  readonly more: number;
}

/** Where the address of a load balancer stands in its status. */
export const addressField = (address: string): 'ip' | 'hostname' => (/^[\d.]+$|:/.test(address) ? 'ip' : 'hostname');

/** The words of a list that kubectl cuts, as far as it printed them: `a.example,b.example + 2 more...`. */
export const listedIn = (text: string | undefined): readonly string[] =>
  text
    ?.replace(/ \+ \d{1,9} more\.\.\.$/, '')
    .split(',')
    .map((word) => word.trim()) ?? [];

/** Addresses with ports; IPv6 in brackets. What is no address (`<none>`) gives none. */
export function addressList(text: string | undefined): AddressList {
  const known = value(text?.trim());
  if (known === undefined) return { addresses: [], more: 0 };
  const more = /\s\+\s(\d{1,9}) more\.\.\.$/.exec(known);
  const list = more === null ? known : known.slice(0, more.index);
  const addresses: { ip: string; port?: number }[] = [];
  for (const part of list.split(',')) {
    const word = part.trim();
    const match = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([^\s:[\]]{1,253})):(\d{1,5})$/.exec(word);
    if (match !== null) addresses.push({ ip: match[1] ?? match[2] ?? '', port: Number(match[3]) });
    else if (/^[0-9A-Fa-f.:]{2,45}$/.test(word)) addresses.push({ ip: word });
  }
  return { addresses, more: more === null ? 0 : Number(more[1]) };
}
