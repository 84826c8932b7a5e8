/* Empty on purpose: replaces the theme's Bootstrap (24 kB gzip), of which it uses tips on five buttons and a button back to the top. book.js has both. */
