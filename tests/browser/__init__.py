"""The product as people meet it: in a browser, with a mouse, a keyboard, a phone, and without JavaScript."""
