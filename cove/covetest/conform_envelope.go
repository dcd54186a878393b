package covetest

import (
	"encoding/json"
	"net/http"
)

// envelope checks how requests are read.
func (c *conformance) envelope() {
	c.Helper()
	ask := func(change func(map[string]any)) conformAnswer {
		c.Helper()
		r := map[string]any{"jsonrpc": "2.0", "id": "seven", "visa": c.visa, "method": "GetPartnerInfoById", "params": map[string]any{"partnerId": c.user.PartnerID}}
		change(r)
		return c.send(r)
	}
	if a := ask(func(map[string]any) {}); a.Error != nil || string(a.ID) != `"seven"` || a.Visa == "" {
		c.Errorf("a good request: data %d, id %s, a new visa: %v", a.data(), a.ID, a.Visa != "")
	}
	if a := ask(func(r map[string]any) { r["id"] = 7 }); a.Error != nil || string(a.ID) != "7" {
		c.Errorf("a number as id: data %d, id %s", a.data(), a.ID)
	}
	if a := ask(func(r map[string]any) { r["params"].(map[string]any)["unknownMember"] = true }); a.Error != nil {
		c.Errorf("an unknown parameter: data %d, want it ignored", a.data())
	}
	if a := ask(func(r map[string]any) { delete(r, "visa") }); a.data() != dataVisa {
		c.Errorf("no visa: data %d, want %d", a.data(), dataVisa)
	} else if a.Error.Message != badVisa().message {
		c.Errorf("no visa: the message is not %q", badVisa().message)
	}
	inside := func(r map[string]any) { r["params"].(map[string]any)["visa"] = r["visa"]; delete(r, "visa") }
	if a := ask(inside); a.data() != dataVisa {
		c.Errorf("the visa inside params: data %d, want %d", a.data(), dataVisa)
	}
	if a := ask(func(r map[string]any) { r["method"] = "NoSuchMethodAtAll" }); a.Error == nil {
		c.Errorf("an unknown method succeeds")
	} else {
		c.Logf("UnknownMethodInternal: %v (code %d)", a.Error.Code == codeCove, a.Error.Code)
	}
	if a := ask(func(r map[string]any) { r["method"] = "getpartnerinfobyid" }); a.Error == nil {
		c.Errorf("method names are not case-sensitive")
	}
	if a := ask(func(r map[string]any) { r["params"] = map[string]any{"partnerid": c.user.PartnerID} }); a.Error == nil {
		c.Errorf("parameter names are not case-sensitive")
	}
	if status, out, err := c.post(c.base+"/jsonapi", `{"jsonrpc":`, ""); err != nil {
		c.Errorf("malformed JSON: %v", err)
	} else if a := (conformAnswer{}); status == http.StatusOK && (json.Unmarshal(out, &a) != nil || a.Error == nil) {
		c.Errorf("malformed JSON is no error")
	}
}

// visas checks that each answer's visa works for the next call.
func (c *conformance) visas() {
	c.Helper()
	first := c.visa
	c.call("GetPartnerInfoById", map[string]any{"partnerId": c.user.PartnerID})
	second := c.visa
	c.call("GetPartnerInfoById", map[string]any{"partnerId": c.user.PartnerID})
	if first == second || second == c.visa {
		c.Errorf("answers do not carry a new visa")
	}
	newest := c.visa
	c.visa = first
	a := c.call("GetPartnerInfoById", map[string]any{"partnerId": c.user.PartnerID})
	c.visa = newest
	if a.Error != nil && a.data() != dataVisa {
		c.Errorf("a superseded visa: data %d", a.data())
	}
	c.Logf("SupersededVisaDies: %v", a.Error != nil)
	bad := c.call("GetPartnerInfoById", map[string]any{"partnerId": -12345})
	if bad.Error == nil {
		c.Errorf("a partner that cannot exist is answered")
	}
	c.Logf("ErrorsWithoutVisa: %v", bad.Visa == "")
}
