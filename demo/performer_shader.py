"""The performer's shaders: skin, eyes, hair, cloth, teeth and wall.

One pass without shadow maps, because software OpenGL draws it: two soft
lights, a rim light and the sky, whose shadows are computed beforehand.
The openings of the eyes are cut out of the face here: a point of skin between
the lids is not drawn, so that the eyeball behind it is visible.
"""

VERTEX = """
void main()
{
    v_point = pos;
    v_normal = nrm;
    v_coord = coord;
    v_info = info;
    gl_Position = u_camera * vec4(pos, 1.0);
}
"""

FRAGMENT = """
const float EYE_X = 3.15;
const float EYE_HALF = 1.60;

// cm by which the iris is moved to the image's right and up.
vec2 gaze(float side)
{
    return side > 0.0 ? u_gaze.xy : u_gaze.zw;
}

// Upper (x) and lower (y) lid at t = -1 (nose) .. 1 (temple), cm above the
// eye's middle; blink 0 open, 1 shut. Open ones go up and down with the iris.
vec2 lids(float t, float side, float blink)
{
    float arc = max(1.0 - t * t, 0.0);
    float tilt = 0.10 * t;
    float top = 0.68 * pow(arc, 0.75) * (1.0 - 0.10 * t) + tilt;
    float bottom = -0.47 * arc * (1.0 + 0.15 * t) + tilt;
    float shut = -0.08 * arc + tilt;
    float rise = gaze(side).y * arc;
    top += 0.55 * rise;
    bottom += 0.25 * rise;
    return vec2(mix(top, shut, blink), mix(bottom, shut, blink));
}

float noise(vec2 p)
{
    return fract(sin(dot(floor(p), vec2(12.9898, 78.233))) * 43758.5453);
}

float smooth_noise(vec2 p)
{
    vec2 f = fract(p);
    f = f * f * (3.0 - 2.0 * f);
    return mix(mix(noise(p), noise(p + vec2(1, 0)), f.x),
               mix(noise(p + vec2(0, 1)), noise(p + vec2(1, 1)), f.x), f.y);
}

struct Surface { vec3 colour; float gloss; float sharp; float wrap; };

const vec3 SKIN = vec3(0.60, 0.345, 0.240);

Surface face(inout vec3 normal, inout float open)
{
    vec2 p = v_coord.xy;
    vec4 paint = texture(u_face, (p - vec2(-8.0, -12.5)) / vec2(16.0, 20.0));
    float front = smoothstep(0.5, 3.0, v_coord.z)
                  * smoothstep(8.0, 7.2, abs(p.x));
    Surface s = Surface(mix(SKIN, paint.rgb, front),
                        mix(0.35, paint.a, front), 22.0, 0.30);
    if (v_coord.z < 3.0)
        return s;
    float side = sign(p.x);
    float blink = side > 0.0 ? u_lids.x : u_lids.y;
    float t = (abs(p.x) - EYE_X) / EYE_HALF;
    vec2 lid = lids(t, side, blink);
    float near = smoothstep(1.12, 0.95, abs(t));
    if (abs(t) < 1.0 && p.y < lid.x && p.y > lid.y)
        discard;
    float above = p.y - lid.x;
    float below = lid.y - p.y;
    // Lashes: a dark line on the upper lid, thicker outside; faint below,
    // where the upper ones come to hang when the eye is shut.
    float arc = max(1.0 - t * t, 0.0);
    float hair = smooth_noise(vec2(t * 26.0 + 0.6 * p.y, side)) - 0.5;
    float thick = mix(0.17 + 0.06 * t, 0.11 + 0.22 * arc, blink) * near;
    float lash = above > 0.0
        ? smoothstep(thick, 0.45 * thick, above) * near : 0.0;
    float hang = mix(0.09, 0.13 + 0.19 * arc + 0.10 * hair, blink) * near;
    float under = below > 0.0
        ? smoothstep(hang, mix(0.2, 0.55, blink) * hang, below) * near
          * min(0.45 + 0.2 * t + 0.6 * blink, 0.95) : 0.0;
    // The fold over the lid, which smooths out as the lid comes down.
    float fold = lids(clamp(t * 0.92, -1.0, 1.0), side, 0.0).x + 0.34
                 - 0.12 * blink;
    float crease = exp(-pow((p.y - fold) / 0.09, 2.0)) * near
                   * 0.55 * (1.0 - blink);
    float shade = above > 0.0 && p.y < fold
                  ? 0.15 * near * (1.0 - blink) : 0.0;
    s.colour *= (1.0 - crease) * (1.0 - shade);
    s.colour = mix(s.colour, vec3(0.018, 0.011, 0.009),
                   max(0.95 * lash, under));
    s.gloss *= 1.0 - lash;
    // Shut lids are smooth, taut and catch the light.
    s.colour *= 1.0 + 0.22 * blink * (1.0 - max(lash, under))
                * exp(-pow(t / 1.1, 4.0) - pow((p.y - 0.35) / 0.65, 4.0));
    // A lid that comes down pulls the fold over it flat and into the light.
    open = mix(open, 1.0, (0.4 + 0.5 * blink) * exp(-pow(t / 1.1, 4.0)
                                            - pow((p.y - 0.8) / 0.9, 4.0)));
    return s;
}

Surface eye(inout vec3 normal)
{
    float side = v_info.z;
    vec2 p = v_coord.xy - gaze(side);
    float r = length(p);
    float turn = atan(p.y, p.x);
    vec3 white = vec3(0.72, 0.69, 0.66);
    float corner = smoothstep(-1.0, -1.45, v_coord.x * side);
    white = mix(white, vec3(0.60, 0.30, 0.25), 0.8 * corner);
    white = mix(white, vec3(0.62, 0.40, 0.36),
                0.5 * smoothstep(1.0, 1.5, abs(v_coord.x)));
    float ray = 0.6 + 0.5 * smooth_noise(vec2(turn * 9.0, r * 5.0));
    vec3 iris = mix(vec3(0.20, 0.10, 0.035), vec3(0.085, 0.05, 0.025),
                    smoothstep(0.25, 0.58, r)) * ray;
    iris = mix(vec3(0.004), iris, smoothstep(0.21, 0.25, r));
    iris *= mix(1.0, 0.25, smoothstep(0.48, 0.60, r));
    vec3 colour = mix(iris, white, smoothstep(0.57, 0.64, r));
    // The upper lid's shadow on the ball.
    float blink = side > 0.0 ? u_lids.x : u_lids.y;
    vec2 lid = lids(clamp(v_coord.x * side / EYE_HALF, -1.0, 1.0), side,
                    blink);
    float dark = smoothstep(0.34, 0.0, lid.x - v_coord.y);
    colour *= 1.0 - 0.62 * dark;
    colour *= 1.0 - 0.35 * smoothstep(0.12, 0.0, v_coord.y - lid.y);
    // The cornea bulges, which puts the lamp's glint near the pupil.
    normal = normalize(normal + vec3(0.75 * p, 0.0)
                                * smoothstep(0.75, 0.55, r));
    return Surface(colour, 3.0 * (1.0 - dark), 160.0, 0.35);
}

Surface hair(inout vec3 normal)
{
    vec2 p = v_info.zw;
    float lie = p.x - 0.05 * p.y;       // hairs lie slightly aslant
    float strand = 0.6 * smooth_noise(vec2(lie * 75.0, p.y * 0.7))
                   + 0.4 * smooth_noise(vec2(lie * 190.0, p.y * 1.6));
    if (p.y < 0.9 * strand - 0.25)
        discard;
    vec3 colour = mix(vec3(0.020, 0.011, 0.006), vec3(0.105, 0.055, 0.028),
                      strand);
    float tint = smooth_noise(vec2(p.x * 14.0, p.y * 0.4));
    normal = normalize(normal + vec3(0.5 * (strand - 0.5), 0.0, 0.0));
    return Surface(colour * (0.75 + 0.5 * tint), 0.22 * strand, 12.0, 0.2);
}

Surface cloth(inout vec3 normal)
{
    vec3 p = v_coord;
    float front = smoothstep(-5.0, 2.0, p.z);
    float collar = -17.3 + 0.055 * p.x * p.x * mix(0.3, 1.0, front)
                   - 1.5 * front;
    if (p.y > collar)
        // The chin's shadow falls on the neck, away from the main lamp.
        return Surface(SKIN * mix(0.95, 0.42, smoothstep(
            -17.8, -11.8, p.y + 0.22 * p.x)), 0.2, 18.0, 0.3);
    float band = smoothstep(0.95, 0.85, collar - p.y);
    float rib = 0.5 + 0.5 * sin(p.x * 14.0);
    vec3 colour = mix(vec3(0.055, 0.085, 0.125), vec3(0.045, 0.07, 0.105)
                      * (0.85 + 0.3 * rib), band);
    colour *= 0.9 + 0.2 * smooth_noise(p.xy * vec2(9.0, 9.0));
    float edge = smoothstep(0.0, 0.12, collar - p.y)
                 * (1.0 - 0.5 * exp(-pow((collar - p.y - 0.95) / 0.08, 2.0)));
    float crease = smooth_noise(vec2(p.x * 0.35 + p.y * 0.2, p.y * 0.22));
    normal = normalize(normal + vec3(0.5 * (crease - 0.5), 0.25
                       * (crease - 0.5), 0.0));
    return Surface(colour * mix(0.4, 1.0, edge), 0.05, 8.0, 0.35);
}

Surface teeth()
{
    float x = abs(v_coord.x);
    float gap = fract(x / 0.82);
    gap = min(gap, 1.0 - gap) * 0.82;
    float line = 1.0 - 0.35 * smoothstep(0.07, 0.0, gap);
    float back = smoothstep(2.5, 1.0, x);
    return Surface(vec3(0.62, 0.57, 0.49) * line * back, 0.5, 50.0, 0.3);
}

Surface mouth()
{
    float lip = smoothstep(-0.55, -0.05, v_info.z);
    float tongue = v_coord.z < 8.2 && v_info.z == 0.0 && v_coord.y < -7.3
                   ? 1.0 : 0.0;
    vec3 colour = mix(vec3(0.05, 0.008, 0.008), vec3(0.30, 0.07, 0.06), lip);
    if (tongue > 0.5)
        colour = vec3(0.34, 0.085, 0.075) * smoothstep(3.0, 7.5, v_coord.z);
    return Surface(colour, 0.4 * lip * (1.0 - tongue), 30.0, 0.2);
}

vec3 lamp(vec3 n, vec3 view, vec3 towards, vec3 light, Surface s, float skin)
{
    vec3 l = normalize(towards);
    float d = dot(n, l);
    float soft = max((d + s.wrap) / (1.0 + s.wrap), 0.0);
    // Light that has been under the skin returns red and further round.
    vec3 lit = vec3(soft);
    lit.r = mix(soft, max((d + s.wrap + 0.22) / (1.22 + s.wrap), 0.0), skin);
    vec3 h = normalize(l + view);
    float shine = pow(max(dot(n, h), 0.0), s.sharp) * s.gloss
                  * (s.sharp + 8.0) / 60.0 * step(0.0, d);
    float graze = 0.35 + 0.65 * pow(1.0 - max(dot(h, view), 0.0), 3.0);
    return light * (s.colour * lit + vec3(shine * graze * 0.5));
}

void main()
{
    vec3 n = normalize(v_normal);
    vec3 view = normalize(u_eye.xyz - v_point);
    int kind = int(v_info.y + 0.5);
    bool inside = kind == 0 && !gl_FrontFacing;
    bool throat = kind == 4 && v_coord.y > -9.5 && v_coord.z > 0.0
                  && abs(v_coord.x) < 3.6;
    if (inside || throat) {             // flesh behind the eyes, dark below
        out_colour = v_coord.y > -3.0 ? vec4(0.42, 0.24, 0.21, 1.0)
                                      : vec4(0.055, 0.012, 0.012, 1.0);
        return;
    }
    if (kind != 0 && dot(n, view) < 0.0)
        n = -n;
    float open = v_info.x;
    Surface s = Surface(SKIN * vec3(1.0, 0.9, 0.88), 0.3, 18.0, 0.3);
    if (kind == 0) s = face(n, open);
    else if (kind == 2) s = eye(n);
    else if (kind == 3) s = hair(n);
    else if (kind == 4) s = cloth(n);
    else if (kind == 5) s = teeth();
    else if (kind == 6) s = mouth();
    float skin = kind < 2 ? 1.0 : 0.0;
    vec3 hollow = mix(vec3(1.0), vec3(open, open * open, open * open),
                      skin > 0.5 ? 0.35 : 0.0) * mix(0.25, 1.0, open);
    vec3 up = mix(vec3(0.30, 0.25, 0.22), vec3(0.48, 0.50, 0.55),
                  0.5 + 0.5 * n.y);
    vec3 colour = s.colour * up * 0.62 * hollow;
    vec3 shaded = mix(vec3(1.0), hollow, 0.75);
    colour += shaded * lamp(n, view, vec3(-0.75, 0.60, 0.85),
                            vec3(1.40, 1.30, 1.18), s, skin);
    colour += shaded * lamp(n, view, vec3(0.95, 0.15, 0.70),
                            vec3(0.28, 0.31, 0.36), s, skin);
    float behind = dot(n, normalize(vec3(0.9, 0.5, -0.6)));
    float rim = pow(1.0 - max(dot(n, view), 0.0), 3.0)
                * smoothstep(-0.2, 0.6, behind);
    colour += (0.10 + s.colour) * rim * vec3(0.40, 0.42, 0.48) * open;
    if (kind >= 5) {                    // deep in the mouth it is dark
        colour *= kind == 5 ? 0.72 : 0.8;
    }
    colour = vec3(1.0) - exp(-1.35 * colour);
    out_colour = vec4(pow(colour, vec3(1.0 / 2.2)), 1.0);
}
"""

WALL_VERTEX = """
void main()
{
    v_place = pos;
    gl_Position = vec4(pos * 2.0 - 1.0, 0.9999, 1.0);
}
"""

# A plain wall out of focus: light falling off to one side, a picture frame.
WALL_FRAGMENT = """
float box(vec2 p, vec2 low, vec2 high, float soft)
{
    vec2 a = smoothstep(low - soft, low + soft, p)
             * smoothstep(high + soft, high - soft, p);
    return a.x * a.y;
}

void main()
{
    vec2 p = v_place;
    vec3 wall = vec3(0.40, 0.395, 0.375);
    wall *= 1.08 - 0.55 * length(p - vec2(0.30, 0.72));
    float frame = box(p, vec2(0.76, 0.50), vec2(0.97, 0.90), 0.008);
    float inner = box(p, vec2(0.785, 0.535), vec2(0.945, 0.865), 0.008);
    vec3 print = mix(vec3(0.16, 0.22, 0.24), vec3(0.42, 0.40, 0.34),
                     smoothstep(0.60, 0.74, p.y + 0.3 * p.x - 0.22));
    wall = mix(wall, vec3(0.085, 0.065, 0.05), frame);
    wall = mix(wall, print, inner);
    out_colour = vec4(pow(wall, vec3(1.0 / 2.2)), 1.0);
}
"""
