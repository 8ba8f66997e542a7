export { attachDeviceGateway, type DeviceGateway, type UpgradeServer } from "./attach-device-gateway.js";
export { type RandomBytes } from "../random.js";
export { type DeviceGatewayOptions, type DeviceRequest, type UpgradeRequest } from "./device-options.js";
