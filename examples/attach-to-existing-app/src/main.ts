import { attachSignaling } from "@sig/server";
import { createApp } from "./app.js";

const { http, io } = createApp();
attachSignaling(io);

const port = Number(process.env.PORT ?? 3001);
http.listen(port, () => {
  const address = http.address();
  console.log(`http://localhost:${String(typeof address === "object" ? address?.port : port)}`);
});
