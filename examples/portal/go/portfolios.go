package main

import (
	"fmt"
	"sort"
	"sync"
)

// portfolios are what people hold, each by their own subject, in memory.
type portfolios struct {
	mutex sync.Mutex
	held  map[string]map[string]float64
}

func newPortfolios() *portfolios {
	return &portfolios{held: map[string]map[string]float64{}}
}

func (p *portfolios) list(subject string) []string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	lines := []string{}
	for symbol, units := range p.held[subject] {
		lines = append(lines, fmt.Sprintf("%s: %v", symbol, units))
	}
	sort.Strings(lines)
	return lines
}

func (p *portfolios) set(subject, symbol string, units float64) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if units == 0 {
		delete(p.held[subject], symbol)
		return
	}
	if p.held[subject] == nil {
		p.held[subject] = map[string]float64{}
	}
	p.held[subject][symbol] = units
}
