package world

import "fmt"

// Listen serves both servers on free ports of the loopback interface until
// [World.Close]. Their URL fields hold the addresses.
func (w *World) Listen() error {
	const free = "127.0.0.1:0"
	if err := w.Cove.Listen(free, free, false); err != nil {
		return fmt.Errorf("world: cove: %w", err)
	}
	if err := w.ConnectWise.Listen(free, false); err != nil {
		w.Cove.Close()
		return fmt.Errorf("world: connectwise: %w", err)
	}
	return nil
}
