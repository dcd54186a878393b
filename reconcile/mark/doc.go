// Package mark is the marker: one line of text in a ticket that says whose the
// ticket is, which key it is about and what was last written to it. Together
// with the ticket itself it is all that a planner has to know about a write of
// an earlier run.
//
//	cdk1:acme-prod1:ezvi:snm4fas:anwyu3lqfbyr62ftiio5izjo:haymtv5f7rhs2kiuaobf:3op11:tow1y0:tots01:i3
//
//	cdk1        the version of the format
//	acme-prod1  the owner: 1 to 10 characters of a-z, 0-9 and - ([OwnerOf])
//	ezvi        the source of the key ([SourceID])
//	snm4fas     the customer ([CustomerID])
//	anwyu…      the key ([KeyIDOf])
//	haymt       the digest of the summary ([DigestOf]); 00000: not known
//	v5f7r       of the company
//	hs2ki       of the priority
//	uaobf       of the problem's state; v5kxb: it was seen to be over ([Recovered])
//	3op11       severity 3 of 4, state o, c or s, p: a note may be missing (else n), 37 reopenings in base36
//	tow1y0      when we last wrote: Unix seconds in base36
//	tots01      since when the problem is over, in the same form; 000000: it is not
//	i3          the check: the hash of all before its colon
//
// [Mark.Format] writes a [Mark], [Parse] reads one, [Look] says what stands in the
// place of a ticket where a marker is kept. Markers are in customers' tickets,
// so the format never changes: another one gets another version.
//
// Every hash is the leading part of a SHA-256 in lower-case base32. None can be
// read back, but that of a known key or text can be computed and searched for.
// A marker holds no character that a query language takes for a wildcard, and
// at most [MaxLength] ASCII characters.
package mark
