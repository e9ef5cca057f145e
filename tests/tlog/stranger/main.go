// A stranger checks a log with packages that are not ours: golang.org/x/mod/sumdb's note and tlog.
//
// stranger URL VKEY [OLDER-CHECKPOINT PROOF...]: the newest checkpoint of the log at URL, every entry
// against it, that it goes on from an older checkpoint, and proofs that the API gave, as files.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type files string

func (prefix files) get(name string) []byte {
	response, err := http.Get(string(prefix) + "/" + name)
	must(err)
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	must(err)
	if response.StatusCode != 200 {
		fail("%s answers %s", name, response.Status)
	}
	return data
}

func (files) Height() int { return 8 }

// The package names the height in a tile's path; c2sp.org/tlog-tiles, which has but one, does not.
func (prefix files) ReadTiles(tiles []tlog.Tile) (data [][]byte, err error) {
	for _, tile := range tiles {
		data = append(data, prefix.get(strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
	}
	return data, nil
}

func (files) SaveTiles([]tlog.Tile, [][]byte) {}

func open(data []byte, verifier note.Verifier) tlog.Tree {
	opened, err := note.Open(data, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifier.Name() {
		fail("the checkpoint is of %s", lines[0])
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: root}
}

func entries(log files, size int64) (found [][]byte) {
	for start := int64(0); start < size; start += 256 {
		width := size - start
		if width > 256 {
			width = 256
		}
		path := tlog.Tile{H: 8, L: 0, N: start / 256, W: int(width)}.Path()
		data := log.get(strings.Replace(path, "tile/8/0/", "tile/entries/", 1))
		for len(data) > 0 {
			length := 2 + int(binary.BigEndian.Uint16(data))
			found = append(found, data[2:length])
			data = data[length:]
		}
	}
	return found
}

type proof struct {
	Position, Size int64
	Root, Header   string
	Hashes         []string
}

func checkProof(path string) {
	data, err := os.ReadFile(path)
	must(err)
	var sent proof
	must(json.Unmarshal(data, &sent))
	var hashes tlog.RecordProof
	for _, text := range sent.Hashes {
		hash, err := base64.StdEncoding.DecodeString(text)
		must(err)
		hashes = append(hashes, *(*tlog.Hash)(hash))
	}
	root, err := tlog.ParseHash(sent.Root)
	must(err)
	leaf := tlog.RecordHash([]byte(sent.Header))
	must(tlog.CheckRecord(hashes, sent.Size, root, sent.Position-1, leaf))
}

func main() {
	log := files(os.Args[1])
	verifier, err := note.NewVerifier(os.Args[2])
	must(err)
	tree := open(log.get("checkpoint"), verifier)
	reader := tlog.TileHashReader(tree, log)
	found := entries(log, tree.N)
	if int64(len(found)) != tree.N {
		fail("there are %d entries of %d", len(found), tree.N)
	}
	places := make([]int64, len(found))
	for place := range found {
		places[place] = tlog.StoredHashIndex(0, int64(place))
	}
	leaves, err := reader.ReadHashes(places)
	must(err)
	for place, entry := range found {
		if tlog.RecordHash(entry) != leaves[place] {
			fail("the entry at place %d is not in the tree", place)
		}
	}
	for _, place := range []int64{0, tree.N / 2, tree.N - 1} {
		proof, err := tlog.ProveRecord(tree.N, place, reader)
		must(err)
		must(tlog.CheckRecord(proof, tree.N, tree.Hash, place, tlog.RecordHash(found[place])))
	}
	if len(os.Args) > 3 {
		data, err := os.ReadFile(os.Args[3])
		must(err)
		older := open(data, verifier)
		proof, err := tlog.ProveTree(tree.N, older.N, reader)
		must(err)
		must(tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash))
		for _, path := range os.Args[4:] {
			checkProof(path)
		}
	}
	fmt.Printf("%d entries stand\n", tree.N)
}

func must(err error) {
	if err != nil {
		fail("%v", err)
	}
}

func fail(format string, values ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", values...)
	os.Exit(1)
}
