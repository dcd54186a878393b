package covetest

import (
	"fmt"
	"maps"
	"slices"
)

// Product is a retention policy, which the API calls a product.
type Product struct {
	ID, PartnerID int64
	Name          string
	Features      [][2]string
}

// Profile is a backup profile, which the API calls an account profile.
type Profile struct {
	ID, PartnerID int64
	Name          string
	Version       int64
	Data          map[string]any // the member ProfileData, as sent
}

// AddProduct adds a product and returns its id. An id of 0 means the next free
// one. It replaces an existing product with the same id.
func (s *Server) AddProduct(p Product) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.ID == 0 {
		p.ID = nextID(s.products, 21300, func(*Product) bool { return false })
	}
	if p.PartnerID == 0 {
		p.PartnerID = s.rootID
	}
	s.products[p.ID] = &p
	return p.ID
}

// AddProfile adds an account profile and returns its id. An id of 0 means the
// next free one. It replaces an existing profile with the same id.
func (s *Server) AddProfile(p Profile) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p.ID == 0 {
		p.ID = nextID(s.profiles, 5100, func(*Profile) bool { return false })
	}
	if p.PartnerID == 0 {
		p.PartnerID = s.rootID
	}
	s.profiles[p.ID] = &p
	return p.ID
}

// file finds the product and the profile of a device in the tables, and adds
// missing ones. Where id and name disagree, it uses the one that changed since
// the device before.
func (s *Server) file(d *Device, before Device) {
	if d.Product != before.Product && d.ProductID == before.ProductID {
		if d.ProductID = 0; d.Product != "" {
			d.ProductID = nextID(s.products, 21300, func(p *Product) bool { return p.Name == d.Product })
		}
	}
	if d.Profile != before.Profile && d.ProfileID == before.ProfileID {
		if d.ProfileID = 0; d.Profile != "" {
			d.ProfileID = nextID(s.profiles, 5100, func(p *Profile) bool { return p.Name == d.Profile })
		}
	}
	if s.products[d.ProductID] == nil && d.ProductID != 0 {
		fill(&d.Product, fmt.Sprintf("Product %d", d.ProductID))
		s.products[d.ProductID] = &Product{ID: d.ProductID, PartnerID: s.rootID, Name: d.Product}
	}
	if s.profiles[d.ProfileID] == nil && d.ProfileID != 0 {
		fill(&d.Profile, fmt.Sprintf("Profile %d", d.ProfileID))
		s.profiles[d.ProfileID] = &Profile{ID: d.ProfileID, PartnerID: s.rootID, Name: d.Profile, Version: 1}
	}
	if p := s.products[d.ProductID]; p != nil {
		d.Product = p.Name
	}
	if p := s.profiles[d.ProfileID]; p != nil {
		d.Profile = p.Name
	}
}

// nextID returns the id of the entry that meant accepts, or the next free id.
func nextID[T any](table map[int64]*T, from int64, meant func(*T) bool) int64 {
	for _, id := range slices.Sorted(maps.Keys(table)) {
		if meant(table[id]) {
			return id
		}
	}
	for table[from] != nil {
		from++
	}
	return from
}

// seedCatalogue adds the products and profiles that every tenant has.
func (s *Server) seedCatalogue() {
	s.AddProduct(Product{ID: 21265, Name: "All-In", Features: [][2]string{{"DailyRetention", "28"}}})
	s.AddProduct(Product{ID: 21266, Name: "Documents", Features: [][2]string{{"DailyRetention", "28"}}})
	s.AddProfile(Profile{ID: 5038, Name: "Documents", Version: 1})
}

func (s *Server) productName(id int64) string {
	if p := s.products[id]; p != nil {
		return p.Name
	}
	return ""
}

func (s *Server) profileName(id int64) string {
	if p := s.profiles[id]; p != nil {
		return p.Name
	}
	return ""
}
