/* Empty on purpose: replaces the theme's icon script (543 kB gzip). The theme's icons come from its font, see vendor/README.md. */
