// The peer "Go net/http + gorilla/websocket": whoever opens /ROOM hears every text frame of that room.
//
//	hub ADDRESS CERTIFICATE KEY
//
// One reader and one writer goroutine for each socket, as in gorilla's own chat example: a frame is prepared once for all
// its receivers, and a writer that finds several waiting sends them as one frame, which its buffer has to hold.
package main

import (
	"crypto/tls"
	"log"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

type message struct {
	text     []byte
	prepared *websocket.PreparedMessage
}

type client struct {
	connection *websocket.Conn
	queue      chan *message
}

type room struct {
	lock    sync.RWMutex
	members map[*client]bool
}

var (
	lock     sync.Mutex
	rooms    = map[string]*room{}
	upgrader = websocket.Upgrader{
		ReadBufferSize: 1024, WriteBufferSize: 16384, WriteBufferPool: &sync.Pool{},
		CheckOrigin: func(*http.Request) bool { return true },
	}
)

func find(name string) *room {
	lock.Lock()
	defer lock.Unlock()
	found := rooms[name]
	if found == nil {
		found = &room{members: map[*client]bool{}}
		rooms[name] = found
	}
	return found
}

func (r *room) change(c *client, joins bool) {
	r.lock.Lock()
	defer r.lock.Unlock()
	if joins {
		r.members[c] = true
	} else {
		delete(r.members, c)
	}
}

func (r *room) broadcast(text []byte) {
	prepared, err := websocket.NewPreparedMessage(websocket.TextMessage, text)
	if err != nil {
		return
	}
	m := &message{text, prepared}
	r.lock.RLock()
	defer r.lock.RUnlock()
	for c := range r.members {
		select {
		case c.queue <- m:
		default:
			c.connection.Close()
		}
	}
}

func (c *client) write() {
	defer c.connection.Close()
	for m := range c.queue {
		waiting := len(c.queue)
		if waiting == 0 {
			if c.connection.WritePreparedMessage(m.prepared) != nil {
				return
			}
			continue
		}
		frame, err := c.connection.NextWriter(websocket.TextMessage)
		if err != nil {
			return
		}
		frame.Write(m.text)
		for ; waiting > 0; waiting-- {
			frame.Write([]byte{'\n'})
			frame.Write((<-c.queue).text)
		}
		if frame.Close() != nil {
			return
		}
	}
}

func serve(w http.ResponseWriter, request *http.Request) {
	connection, err := upgrader.Upgrade(w, request, nil)
	if err != nil {
		return
	}
	c := &client{connection, make(chan *message, 256)}
	r := find(request.URL.Path)
	r.change(c, true)
	prepared, _ := websocket.NewPreparedMessage(websocket.TextMessage, []byte("ready"))
	c.queue <- &message{[]byte("ready"), prepared}
	go c.write()
	for {
		_, text, err := connection.ReadMessage()
		if err != nil {
			break
		}
		switch string(text) {
		case "join", "leave":
			r.change(c, string(text) == "join")
		default:
			r.broadcast(text)
		}
	}
	r.change(c, false)
	close(c.queue)
}

func main() {
	server := &http.Server{
		Addr: os.Args[1], Handler: http.HandlerFunc(serve), ReadHeaderTimeout: 30 * time.Second,
		TLSConfig:    &tls.Config{MinVersion: tls.VersionTLS13},
		TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){},
	}
	log.Fatal(server.ListenAndServeTLS(os.Args[2], os.Args[3]))
}
