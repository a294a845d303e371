module github.com/alecthomas/chroma

go 1.25.11
