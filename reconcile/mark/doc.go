// Package mark is the marker: one line of text in a ticket that says who owns
// the ticket, which key it is about and what was last written to it. A planner
// needs nothing but the marker and the ticket to know what earlier runs wrote.
//
//	cdk1:acme-prod1:ezvi:snm4fas:anwyu3lqfbyr62ftiio5izjo:haymtv5f7rhs2kiuaobf:3op11:tow1y0:tots01:i3
//
//	cdk1        the version of the format
//	acme-prod1  the owner: 1 to 10 characters of a-z, 0-9 and - ([OwnerOf])
//	ezvi        the source (feed) of the key ([SourceID])
//	snm4fas     the customer ([CustomerID])
//	anwyu…      the key ([KeyIDOf])
//	haymt       the digest of the summary ([DigestOf]); 00000: unknown
//	v5f7r       the digest of the company
//	hs2ki       the digest of the priority
//	uaobf       the digest of the problem's state; v5kxb: it was seen to be over ([Recovered])
//	3op11       3: the severity (0 to 4); o: the state (o, c or s); p: a note may be missing (else n);
//	            11: 37 reopenings, in base 36
//	tow1y0      when we last wrote: Unix seconds in base 36
//	tots01      since when the problem is over, in the same form; 000000: it is not over
//	i3          the check: the hash of everything before its colon
//
// [Mark.Format] writes a [Mark], [Parse] reads one, and [Look] says what the
// marker's field of a ticket holds. Markers are in customers' tickets, so this
// format never changes: a different format gets a different version.
//
// Every hash is the leading part of a SHA-256 in lower-case base32. No hash can
// be read back, but the hash of a known key or text can be computed and
// searched for. A marker holds at most [MaxLength] ASCII characters, none of
// which is a wildcard in a query language.
package mark
