package match

import (
	"cmp"
	"net/url"
	"strings"
)

// splitAddress cuts a "(someone@example.org)" off the end of a name; the address
// is "" where there is none. Cove requires unique names and suggests such an
// address to tell two apart. A name of nothing else stays whole.
func splitAddress(name string) (bare, address string) {
	name = strings.TrimSpace(name)
	open := strings.LastIndexByte(name, '(')
	if open < 0 || !strings.HasSuffix(name, ")") {
		return name, ""
	}
	address = strings.TrimSpace(name[open+1 : len(name)-1])
	local, host, _ := strings.Cut(address, "@")
	if local == "" || host == "" || strings.ContainsAny(address, " \t,;") {
		return name, ""
	}
	return cmp.Or(strings.TrimSpace(name[:open]), name), address
}

// domain returns the domain of a mail address, a web site or a bare host, in
// lower case and without "www.". It returns "" when there is none, and for the
// domains of mail providers, because unrelated customers share them.
func domain(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if i := strings.LastIndexByte(s, '@'); i >= 0 && !strings.Contains(s, "/") {
		s = s[i+1:]
	}
	if !strings.Contains(s, "://") {
		s = "//" + s
	}
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	host := strings.TrimSuffix(strings.TrimPrefix(u.Hostname(), "www."), ".")
	if !strings.Contains(host, ".") || public(host) {
		return ""
	}
	return host
}

// public reports whether a host belongs to a provider of mail or web pages for
// everybody, or is a subdomain of one.
func public(host string) bool {
	for rest := host; rest != ""; _, rest, _ = strings.Cut(rest, ".") {
		name, _, _ := strings.Cut(rest, ".")
		if publicDomains[rest] || publicNames[name] {
			return true
		}
	}
	return false
}

// publicNames are providers that use the same name in many countries.
var publicNames = set("gmail googlemail outlook hotmail live msn yahoo ymail rocketmail aol icloud gmx proton protonmail " +
	"yandex zoho tutanota fastmail")

var publicDomains = set("me.com mac.com mail.com email.com mail.ru list.ru bk.ru inbox.ru pm.me hey.com hushmail.com hushmail.me tuta.io tuta.com " +
	"web.de t-online.de freenet.de arcor.de posteo.de mailbox.org online.de " +
	"comcast.net xfinity.com verizon.net att.net sbcglobal.net bellsouth.net pacbell.net ameritech.net swbell.net " +
	"cox.net charter.net spectrum.net roadrunner.com rr.com twc.com earthlink.net mindspring.com juno.com netzero.net netzero.com " +
	"optonline.net optimum.net frontier.com frontiernet.net windstream.net centurylink.net centurytel.net embarqmail.com q.com " +
	"suddenlink.net mediacombb.net cableone.net wowway.com rcn.com usa.net " +
	"rogers.com shaw.ca telus.net bell.net sympatico.ca videotron.ca cogeco.ca " +
	"btinternet.com btopenworld.com sky.com virginmedia.com ntlworld.com blueyonder.co.uk talktalk.net tiscali.co.uk plusnet.com " +
	"orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr libero.it virgilio.it tiscali.it alice.it tin.it " +
	"telenet.be skynet.be ziggo.nl kpnmail.nl planet.nl xs4all.nl home.nl bluewin.ch hispeed.ch a1.net chello.at " +
	"telefonica.net terra.es sapo.pt wp.pl onet.pl o2.pl interia.pl seznam.cz centrum.cz " +
	"bigpond.com bigpond.net.au optusnet.com.au iinet.net.au xtra.co.nz qq.com 163.com 126.com sina.com naver.com rediffmail.com " +
	"facebook.com linkedin.com instagram.com google.com microsoft.com onmicrosoft.com wixsite.com")
