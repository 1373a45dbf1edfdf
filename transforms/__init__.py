"""How records move: collect, land, normalise, admit, publish and extract."""
