"""A stand-in for an RTSP camera: 720p25 H.264 at /main for user and the password given. Prints its port. Needs Debian's
gir1.2-gst-rtsp-server-1.0, python3-gi and gstreamer1.0-plugins-ugly.

usage: rtsp-camera.py basic|digest <user> <password>
"""

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # noqa: E402

LAUNCH = (
    "( videotestsrc is-live=true ! video/x-raw,width=1280,height=720,framerate=25/1"
    " ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 ! rtph264pay name=pay0 pt=96 )"
)
BASIC, DIGEST = 1, 2

Gst.init(None)
if not Gst.ElementFactory.find("x264enc"):
    sys.exit("no x264enc")
method, user, password = sys.argv[1:4]
role = GstRtspServer.RTSPToken()
role.set_string("media.factory.role", "user")
auth = GstRtspServer.RTSPAuth()
auth.set_supported_methods(DIGEST if method == "digest" else BASIC)
auth.add_digest(user, password, role)
auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), role)
permissions = GstRtspServer.RTSPPermissions()
for permission in ("media.factory.access", "media.factory.construct"):
    permissions.add_permission_for_role("user", permission, True)
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(LAUNCH)
factory.set_shared(True)
factory.set_permissions(permissions)
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service("0")
server.set_auth(auth)
server.get_mount_points().add_factory("/main", factory)
server.attach(None)
print(server.get_bound_port(), flush=True)
GLib.MainLoop().run()
